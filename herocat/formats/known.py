"""The formats that are read: what each is called, how it is told, what is kept of it and what is lost."""

from dataclasses import dataclass

MEGADETECTOR = "megadetector"
MEGADETECTOR_CSV = "megadetector-csv"
SPECIESNET = "speciesnet"
COCO = "coco"
CAMTRAP = "camtrap-dp"
WILDLIFE_INSIGHTS = "wildlife-insights"
LILA = "lila"
TIMELAPSE = "timelapse"
TIMELAPSE_DB = "timelapse-db"
ADDAXAI = "addaxai"
ADDAXAI_CSV = "addaxai-csv"
HERO_LABELS = "hero-labels"
CANDIDATES = "hero-candidates"
BATCH_IMAGES = "hero-batch"
BATCH_RESPONSES = "hero-batch-responses"
LABELME = "labelme"
XMP = "xmp"
LIST = "list"
BESIDE_IMAGES = "wildlife-insights-table"  # a table of a download that is read with its images
RATINGS = "ratings"  # what --ratings finds in a folder; no file is one

DETECTIONS = frozenset({MEGADETECTOR, SPECIESNET})  # results of a detector, and nothing else


JSON = DETECTIONS | {COCO, HERO_LABELS, CANDIDATES, BATCH_IMAGES, BATCH_RESPONSES, LABELME}
JUDGEMENTS = frozenset({HERO_LABELS, BATCH_RESPONSES, CANDIDATES, LABELME, XMP})  # and little else
# Their photos are found by name where their paths lead nowhere: more of them once there are others.
BY_NAME = JUDGEMENTS | {WILDLIFE_INSIGHTS, ADDAXAI, BATCH_IMAGES, LIST}


@dataclass(frozen=True, slots=True)
class Known:
    """A format that ``ingest`` reads."""

    name: str
    title: str
    told_by: str
    kept: str
    lost: str


KNOWN = (
    Known(
        MEGADETECTOR,
        "MegaDetector results 1.0 to 1.6, JSON; its checkpoints; old AddaxAI",
        "an 'images' or 'checkpoint' list whose entries have 'file', or 'detection_categories'",
        "boxes, confidences, classifications, names in full, failures, frames of videos; `info`",
        "detections below `--min-confidence`, EXIF copies, notes of smoothing and filtering",
    ),
    Known(
        SPECIESNET,
        "SpeciesNet predictions, JSON, before and since version 20261015",
        "a 'predictions' list whose entries have 'filepath'",
        "boxes, guesses a detection or a photo, the conclusion and how it was made, failures",
        "country, state and coordinates; raw logits",
    ),
    Known(
        COCO,
        "COCO Camera Traps, JSON",
        "an 'images' list whose entries have 'file_name', or 'annotations', or a 'categories' list",
        "sequences, frame numbers, places, times; annotations: what was seen, boxes",
        "rights holders, declared frame counts",
    ),
    Known(
        CAMTRAP,
        "Camtrap DP 1.0 to 1.0.2: folder, datapackage.json or zip",
        "'profile' with camtrap-dp, a folder or zip with datapackage.json",
        "events as sequences, places, times, observations, boxes, `favorite`, what is not public (`filePublic`), addresses, height and direction of cameras",
        "cameras' models and baits, time zones, custom tables",
    ),
    Known(
        WILDLIFE_INSIGHTS,
        "Wildlife Insights download: images.csv, or the zip",
        "columns image_id, deployment_id and wi_taxon_id",
        "places, times, sequences, species, counts, `highlighted`, addresses",
        "projects, cameras, licences; boxes, see [below](#wildlife-insights-boxes)",
    ),
    Known(
        LILA,
        "LILA's table of images and labels, CSV",
        "columns dataset_name, image_id and original_label",
        "addresses, sequences, places, times, labels with their taxonomy",
        "ranks between class, order, family, genus and species",
    ),
    Known(
        TIMELAPSE,
        "Timelapse, CSV",
        "columns File and RelativePath",
        "times, flags that `--score` gives a score, columns that `--column` names",
        "columns that nobody names",
    ),
    Known(
        TIMELAPSE_DB,
        "Timelapse data, .ddb (opened read-only)",
        "a SQLite file with DataTable",
        "as of its CSV, and its recognitions",
        "columns that nobody names, markers",
    ),
    Known(
        ADDAXAI,
        "AddaxAI's database (opened read-only)",
        "a SQLite file whose table of files has favorited",
        "favourites, times, boxes, species",
        "events, notes of who verified what",
    ),
    Known(
        ADDAXAI_CSV,
        "old AddaxAI's results_detections.csv",
        "columns relative_path and bbox_left",
        "boxes, species, times",
        "coordinates, camera settings",
    ),
    Known(
        MEGADETECTOR_CSV,
        "MegaDetector's CSV report",
        "columns filename, detection_category and max_detection_confidence",
        "what was seen, how sure, times",
        "boxes: the report has none, so a photo stays unchecked",
    ),
    Known(
        HERO_LABELS,
        "labels or a checkpoint of hero-images, JSON",
        "'labeling_info' or 'checkpoint_info'",
        "scores, reasons, failures, model, method, time: a label run",
        "statistics, which are counted anew",
    ),
    Known(
        CANDIDATES,
        "candidates of hero-images, JSON",
        "'generation_info'",
        "candidates with class and quality: a selection",
        "a second candidate of the same photo or burst",
    ),
    Known(
        BATCH_IMAGES,
        "batch metadata of hero-images, JSON",
        "'batch_info'",
        "the photos that were sent",
        "the name and the state of the job",
    ),
    Known(
        BATCH_RESPONSES,
        "raw batch answers of hero-images, JSON",
        "'raw_responses' whose entries have response_text or parsed_json",
        "scores, also those that its labels file lost",
        "nothing",
    ),
    Known(
        LABELME,
        "Labelme, JSON, one a photo",
        "'shapes' and 'imagePath'",
        "flags that have a score, boxes with their labels",
        "outlines, which become their boxes; embedded images",
    ),
    Known(
        XMP,
        "XMP sidecar",
        "an XML file with XMP's namespaces",
        "stars and rejections as scores",
        "keywords, captions, editing steps",
    ),
    Known(
        LIST,
        "a list of photos: a path or an address a line, or a JSON array of them",
        "lines that are paths of photos or addresses; '[' and a text",
        "the photos, and addresses of those that are elsewhere",
        "comments",
    ),
)
