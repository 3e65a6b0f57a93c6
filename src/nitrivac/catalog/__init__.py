"""What is known: one record per compound, its sources, grade, contradictions and measurements.

Nothing here imports numpy or a crystallographic library, so that listing the catalogue costs nothing.
"""

from nitrivac.catalog.candidates import candidate_sources, record_and_candidate
from nitrivac.catalog.loading import get_material, load_record, material_ids, materials, record_schema
from nitrivac.catalog.model import Material
from nitrivac.catalog.parts import Candidate, Measurement, Site, Source
from nitrivac.catalog.plain import to_dict

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
