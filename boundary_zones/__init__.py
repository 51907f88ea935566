"""Where: joint units, borders, cells, jurisdictions, and their own data files."""

from boundary_zones.border import ZoneBorder, least_distance_km, relation_to_border
from boundary_zones.catalogue import Catalogue, load_catalogue
from boundary_zones.cells import CellFrame, cell_centres, cell_ids
from boundary_zones.contacts import Contacts, Recipient, RecipientRole, check_coverage, load_contacts
from boundary_zones.errors import CatalogueError, ContactsError, DatumError, WhereError
from boundary_zones.places import PlaceFrame, locate, place_in_words
from boundary_zones.zone import County, Member, MemberRole, Prefecture, Region, Zone

__all__ = [
    "Catalogue",
    "CatalogueError",
    "CellFrame",
    "Contacts",
    "ContactsError",
    "County",
    "DatumError",
    "Member",
    "MemberRole",
    "PlaceFrame",
    "Prefecture",
    "Recipient",
    "RecipientRole",
    "Region",
    "WhereError",
    "Zone",
    "ZoneBorder",
    "cell_centres",
    "cell_ids",
    "check_coverage",
    "least_distance_km",
    "load_catalogue",
    "load_contacts",
    "locate",
    "place_in_words",
    "relation_to_border",
]
