"""What is known: one record per compound, its sources, grade, contradictions and measurements.

Nothing here imports numpy or a crystallographic library, so that listing the catalogue costs nothing.
"""

from nitrivac.catalog.candidates import candidate_sources, record_and_candidate
from nitrivac.catalog.loading import get_material, load_record, material_ids, materials, record_schema, to_dict
from nitrivac.catalog.model import Candidate, Material, Measurement, Site, Source

__all__ = [
    "Candidate",
    "Material",
    "Measurement",
    "Site",
    "Source",
    "candidate_sources",
    "get_material",
    "load_record",
    "material_ids",
    "materials",
    "record_and_candidate",
    "record_schema",
    "to_dict",
]
