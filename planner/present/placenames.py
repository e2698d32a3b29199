"""Names in the packaged layers, marked for the catalogues; a test holds that none is missing."""

from __future__ import annotations

from planner.present.wording import noted

SECTORS = {
    "kazakhstan": noted("Kazakhstan"),
    "russia": noted("Russia"),
    "azerbaijan": noted("Azerbaijan"),
    "turkmenistan": noted("Turkmenistan"),
    "iran": noted("Iran"),
}
"""Sectors by their keys."""

BELTS = {
    "territorial": noted("{sector}: territorial"),
    "fishery": noted("{sector}: fishery"),
    "beyond": noted("{sector}: beyond"),
}
"""Parts of a sector by how a plan's figures name them."""

LIMITS = (noted("2018-convention"),)
"""Sets of limits whose name is not a year."""

ZONES = (
    noted("Ural (Zhayik) pre-estuary"),
    noted("Kigash pre-estuary"),
    noted("Spring closure off the Ural (Zhayik) delta"),
    noted("Spring closure off the Volga delta, Kazakh part"),
    noted("Kashagan field"),
    noted("Kalamkas-Sea field"),
    noted("Aktau approaches"),
    noted("Bautino approaches"),
    noted("Kuryk approaches"),
    noted("Ferry lane Aktau-Baku"),
    noted("Ferry lane Aktau-Alat"),
    noted("Ferry lane Kuryk-Alat"),
    noted("Ferry lane Aktau-Makhachkala"),
    noted("Ferry lane Aktau-Anzali"),
)

PORTS = (
    noted("Aktau port"),
    noted("Bautino"),
    noted("Kuryk port"),
    noted("Mouth of the Ural (Zhayik) in 2017"),
    noted("Roads off the Ural (Zhayik)"),
    noted("Baku"),
    noted("Alat"),
    noted("Makhachkala"),
    noted("Derbent"),
    noted("Bandar Anzali"),
    noted("Bandar Noshahr"),
    noted("Turkmenbashy"),
    noted("Garabogaz"),
    noted("Hazar (Cheleken)"),
)
