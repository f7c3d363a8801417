"""Downloads of Wildlife Insights: a table of photos, with those beside it."""

import zipfile

import pytest

from tests.formats.conftest import FRAMES, LABELS, SEEN, Taken
from tests.world import draw

WILDLIFE = """project_id,deployment_id,image_id,filename,location,is_blank,identified_by,wi_taxon_id,class,order,family,genus,species,common_name,uncertainty,timestamp,number_of_objects,age,sex,animal_recognizable,individual_id,individual_animal_notes,highlighted,markings,cv_confidence,license
2001,CAM-04,5b1e,RCNX0031.JPG,gs://p__main/deployment/900/5b1e.JPG,0,J. Doe,aa11,Mammalia,Carnivora,Felidae,Puma,concolor,Puma,,2021-07-02 04:10:55,1,Adult,,,,,true,,,CC-BY
2001,CAM-04,5b1e,RCNX0031.JPG,gs://p__main/deployment/900/5b1e.JPG,0,J. Doe,bb22,Mammalia,Carnivora,Canidae,Vulpes,vulpes,Red Fox,,2021-07-02 04:10:55,1,,,,,,true,,,CC-BY
2001,CAM-05,6c2f,RCNX0031.JPG,gs://p__main/deployment/901/6c2f.JPG,1,Computer vision,cc33,,,,,,Blank,,2021-07-03 00:00:00,,,,,,,False,,97.1,CC-BY
2001,CAM-05,7d3a,RCNX0032.JPG,https://placeholder.example/human.png,0,J. Doe,dd44,Mammalia,Primates,Hominidae,Homo,sapiens,Human,,,1,,,,,,0,,,CC-BY
"""


WILDLIFE_HEAD = (
    "project_id,deployment_id,image_id,filename,location,wi_taxon_id,common_name,timestamp"
)


def test_wildlife_insights(taken: Taken) -> None:
    """The same file name comes in two deployments: folders tell which is which, else the address is the path."""
    (taken.root / "CAM-04").mkdir(parents=True)
    draw().save(taken.root / "CAM-04" / "RCNX0031.JPG")
    taken.write("deployments.csv", "deployment_id,placename\nCAM-04,Ridge\nCAM-05,Pond\n")
    said = taken.take(taken.root, taken.write("images.csv", WILDLIFE))
    assert "wildlife-insights, 3 photos, 1 detection, 4 observations, 1 judgement" in said
    rows = taken.rows(FRAMES)
    assert [(row[0], *row[3:]) for row in rows if row[3]] == [
        ("CAM-04/RCNX0031.JPG", "Ridge", "2021-07-02T04:10:55", None),
        ("CAM-05/RCNX0032.JPG", "Pond", None, None),
        ("p__main/deployment/901/6c2f.JPG", "Pond", "2021-07-03T00:00:00", "a date without a time"),
    ]
    assert [row[1:3] + row[4:] for row in taken.rows(SEEN)] == [
        ("animal", "puma", "photo", "person", None),
        ("animal", "red fox", "photo", "person", None),
        ("blank", None, "photo", "machine", pytest.approx(0.971)),
        ("person", None, "photo", "person", None),
    ]
    ((path, name, rater, *_),) = taken.rows(LABELS)
    assert (path, name, rater) == ("CAM-04/RCNX0031.JPG", "wildlife-insights highlighted", "person")
    assert taken.rows("select genus, species from taxa order by name") == [
        ("puma", "concolor"),
        ("vulpes", "vulpes"),
    ]


def test_photos_of_people_that_share_a_placeholder_are_several(taken: Taken) -> None:
    hidden = "https://app.wildlifeinsights.org/human-placeholder.png"
    own = "https://host.example/download/i3_thumb.JPG"
    rows = [
        f"1,C1,i1,a.JPG,{hidden},dd44,Human,7/2/2021 4:10",
        f"1,C2,i2,b.JPG,{hidden},dd44,Human,12/13/2021 16:05:09",
        f"1,C2,i3,,{own},aa11,Puma,13/12/2021 16:05",
        f"1,C2,i4,,{hidden},dd44,Human,",
    ]
    taken.take(taken.write("images.csv", "\n".join([WILDLIFE_HEAD, *rows, ""])))
    assert [(row[0], *row[3:]) for row in taken.rows(FRAMES)] == [
        ("C1/a.JPG", "C1", "2021-07-02T04:10:00", None),
        ("C2/b.JPG", "C2", "2021-12-13T16:05:09", None),
        ("host.example/download/i3_thumb.JPG", "C2", None, "not a time"),
    ]
    assert taken.rows("select url from remote_photos") == [(own,)]
    assert taken.rows("select path from unmatched") == [("i4",)]


def test_all_that_is_said_of_a_sequence_holds_for_its_photos(taken: Taken) -> None:
    """Two rows of one sequence: somebody, then a fox. And what a photo's own row says besides."""
    taken.write(
        "sequences.csv",
        "deployment_id,sequence_id,identified_by,genus,species,common_name,group_size,start_time,highlighted\n"
        "D,s1,J. Doe,Homo,sapiens,Human,1,7/2/2021 4:10,\nD,s1,J. Doe,Vulpes,vulpes,Red Fox,2,,true\n",
    )
    rows = [
        "1,D,i1,a.jpg,,s1,,Red Fox,",
        "1,D,i2,b.jpg,,s1,,,",
        "1,D,i2,b.jpg,,s1,,Motorized vehicle,",
    ]
    head = WILDLIFE_HEAD.replace("wi_taxon_id", "sequence_id,wi_taxon_id")
    taken.take(taken.write("images.csv", "\n".join([head, *rows, ""])))
    assert [row[:5] for row in taken.rows(SEEN)] == [
        ("D/a.jpg", "person", None, 1, "sequence"),
        ("D/a.jpg", "animal", "red fox", 2, "sequence"),
        ("D/b.jpg", "person", None, 1, "sequence"),
        ("D/b.jpg", "animal", "red fox", 2, "sequence"),
        ("D/b.jpg", "vehicle", None, None, "photo"),
    ]
    assert {row[4] for row in taken.rows(FRAMES)} == {"2021-07-02T04:10:00"}
    assert len(taken.rows(LABELS)) == 2
    held = "select distinct path from vetoes join images on id = image_id where reason = 'person'"
    assert len(taken.rows(held)) == 2


@pytest.mark.parametrize(
    "head",
    [
        "project_id,deployment_id,sequence_id,is_blank,wi_taxon_id,common_name,start_time,group_size",
        "project_id,deployment_id,placename,longitude,latitude",
        "project_id,camera_id,make,model,serial_number,year_purchased",
        "project_id,project_name,project_objectives",
    ],
)
def test_tables_beside_the_images_of_a_download(taken: Taken, head: str) -> None:
    """Alone they say what is missing; given with the images, as *.csv is, they are passed over with a word."""
    table = taken.write("table.csv", head + "\n" + "," * head.count(",") + "\n")
    said = taken.take(table, code=1)
    assert "is a table of a Wildlife Insights download" in said
    assert "images.csv" in said
    said = taken.take(table, taken.write("images_2001.csv", WILDLIFE))
    assert "table.csv: wildlife-insights-table, read with the images beside it" in said
    assert "wildlife-insights, 3 photos" in said


def test_a_camera_of_wildlife_insights_says_nothing_of_another_cameras_photos(taken: Taken) -> None:
    """They count from 1 again; only a photo that lies in no folder may be meant by its name alone."""
    for name in ("CAM-05/RCNX0031.JPG", "2021/cam-04/RCNX0031.JPG", "RCNX0032.JPG"):
        (taken.root / name).parent.mkdir(parents=True, exist_ok=True)
        draw().save(taken.root / name)
    header, *lines = WILDLIFE.splitlines(keepends=True)
    ours = header + lines[0] + lines[3].replace("https://placeholder.example/human.png", "")
    said = taken.take(taken.root, taken.write("images.csv", ours))
    assert "not on disk" not in said
    located = "select path, location from images where location is not null order by path"
    assert taken.rows(located) == [
        ("2021/cam-04/RCNX0031.JPG", "CAM-04"),
        ("RCNX0032.JPG", "CAM-05"),
    ]
    (taken.root / "2021/cam-04/RCNX0031.JPG").unlink()
    taken.herocat.catalog.unlink()
    taken.herocat("init")
    taken.take(taken.root, taken.write("images.csv", ours))
    assert not taken.rows("select * from images where location = 'CAM-04' and bytes is not null")


def test_wildlife_insights_sequences_in_a_zip(taken: Taken) -> None:
    path = taken.folder / "download.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(
            "images_2001.csv",
            "project_id,deployment_id,image_id,filename,sequence_id,location,wi_taxon_id,timestamp\n"
            "1,D,i1,a.jpg,s1,gs://b/a.jpg,,2021-07-02 04:10:55\n"
            "1,D,i2,b.jpg,s1,gs://b/b.jpg,,2021-07-02 04:10:56\n",
        )
        packed.writestr(
            "sequences.csv",
            "deployment_id,sequence_id,is_blank,genus,species,common_name,group_size,highlighted\n"
            "D,s1,0,Puma,concolor,Puma,2,TRUE\n",
        )
        packed.writestr("deployments.csv", "deployment_id,placename\nD,Ridge\n")
    taken.take(path)
    assert [row[:2] for row in taken.rows(FRAMES)] == [("b/a.jpg", "s1"), ("b/b.jpg", "s1")]
    assert [row[1:5] for row in taken.rows(SEEN)] == [("animal", "puma", 2, "sequence")] * 2
    assert len(taken.rows(LABELS)) == 2
