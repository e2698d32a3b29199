"""What people see of a finished plan: the map, terminal tables and charts.

Nothing here plans anything, and nothing is imported until it is asked for:
``present.map`` draws the map, ``present.table`` the terminal tables,
``present.chart`` charts, ``present.study_page`` the page of a fleet study.
"""
