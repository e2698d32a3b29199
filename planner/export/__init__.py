"""A finished plan in the formats of plotters, maps, spreadsheets and calendars.

:func:`export_plan` writes GPX 1.1, RTZ 1.0 and 1.2, KML, GeoPackage, CSV and
iCalendar. The same plan gives the same bytes.
"""

from planner.export.write import FORMATS, WITH_CELLS, Exported, Format, export_plan

__all__ = ["FORMATS", "WITH_CELLS", "Exported", "Format", "export_plan"]
