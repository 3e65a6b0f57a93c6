"""What is known: one record per compound, its sources, grade, contradictions and measurements.

Nothing here imports numpy or a crystallographic library, so that listing the catalogue costs nothing.
"""

from nitrivac.catalog.loading import get_material, load_record, material_ids, materials, record_schema, to_dict
from nitrivac.catalog.model import Material, Measurement, Site, Source

__all__ = [
    "Material",
    "Measurement",
    "Site",
    "Source",
    "get_material",
    "load_record",
    "material_ids",
    "materials",
    "record_schema",
    "to_dict",
]
