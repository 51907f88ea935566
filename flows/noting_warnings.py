"""What another office published, noted by a person (登记其他单位的预警): checked, kept, and on the audit log."""

from __future__ import annotations

from boundary_zones.catalogue import Catalogue
from flows.wiring import House
from store.audit import AuditAction, Deed
from store.errors import AnswerUnclear
from store.warning_documents import OutsideWarning


def noted_areas(catalogue: Catalogue) -> dict[int, str]:
    """Regions, prefectures and counties whose warnings can be noted, by GB code."""
    regions = {region.gb: region.name_zh for region in catalogue.regions.values()}
    prefectures = {gb: prefecture.name_zh for gb, prefecture in catalogue.prefectures.items()}
    return regions | prefectures | {gb: county.name_zh for gb, county in catalogue.counties.items()}


def note_outside(house: House, warning: OutsideWarning) -> None:
    """Keep it.

    Raises:
        AnswerUnclear: the area is none of ours, no source or nobody is named, or its end is not after its begin.
    """
    if warning.area_gb not in noted_areas(house.catalogue):
        raise AnswerUnclear(f"{warning.area_gb} is no region, prefecture or county of ours; use its GB code")
    if not warning.source.strip():
        raise AnswerUnclear("source: say where the warning was read, as 市森防办通知第12期")
    if warning.ends_utc <= warning.begins_utc:
        raise AnswerUnclear("截止时间须在起始时间之后")
    house.warning_documents.record_outside(warning, world=house.world)
    said = {"does": "note_warning", "colour": warning.colour.value, "source": warning.source}
    house.audit.append(
        Deed(warning.recorded_by, AuditAction.NOTE, str(warning.area_gb), house.clock(), said, house.world)
    )
