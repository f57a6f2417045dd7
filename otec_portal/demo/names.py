"""Words of which fictional people, institutions and courses are made."""

from typing import Final

FIRST: Final = (
    *("Amaranta", "Aurelio", "Belén", "Bruno", "Clorinda", "Crisóstomo", "Débora"),
    *("Domingo", "Edelmira", "Eliseo", "Fermín", "Flor", "Griselda", "Heriberto"),
    *("Hortensia", "Inés", "Isaías", "Jacinta", "Joaquín", "Leontina", "Lautaro"),
    *("Máximo", "Mireya", "Néstor", "Noemí", "Óscar", "Otilia", "Pascual"),
    *("Rosalía", "Rubén", "Saúl", "Sofía", "Tomás", "Úrsula", "Violeta", "Ximena"),
)
LAST: Final = (
    *("Alarcón", "Antilef", "Bórquez", "Bustamante", "Cárcamo", "Catrileo"),
    *("Colipán", "Cortés", "Díaz", "Echeverría", "Fuentealba", "Gatica", "González"),
    *("Huenchullán", "Ibáñez", "Inostroza", "Jara", "Lefián", "Llanquileo"),
    *("Marín", "Matamala", "Muñoz", "Nahuelpán", "Núñez", "Ñancupil", "Órdenes"),
    *("Oyarzún", "Painequeo", "Pérez", "Pichún", "Quilodrán", "Quiñenao", "Reinao"),
    *("Riquelme", "Sáez", "Sanhueza", "Soto", "Toro", "Trangolao", "Ulloa"),
    *("Urrutia", "Vásquez", "Vidal", "Yáñez", "Zúñiga"),
)
COURSES: Final = (
    "Atención de clientes en turismo rural",
    "Cálculo de estructuras livianas",
    "Conducción de grúa horquilla",
    "Electricidad básica en viviendas",
    "Excel intermedio para la gestión",
    "Higiene y manipulación de alimentos",
    "Inglés para la recepción de pasajeros",
    "Mantención de cámaras de frío",
    "Operación de máquinas de aserradero",
    "Poda y cuidado de viñedos",
    "Prevención de riesgos en la faena",
    "Soldadura al arco, nivel inicial",
)
SUPERVISORS: Final = (
    "Asociación de Viñateros del Ñuble",
    "Cámara de Comercio de Río Claro",
    "Corporación Educacional Peñalara",
    "Fundación Aprender del Maule",
    "Gremio de Transportistas del Biobío",
    "Unión de Artesanos de Chiloé",
)
BODIES: Final = ("Arrayán", "Boldo", "Canelo", "Coigüe", "Maitén", "Ñirre", "Peumo")
