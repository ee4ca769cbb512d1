"""A small sealed round, played from its plans to its archive: all acts are the domain's own."""

from importlib.resources import files

from wijkbudget import edge
from wijkbudget.demo.story import read_stories
from wijkbudget.demo.timeline import Timeline
from wijkbudget.demo.wijken import found_town
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.enclosed import enclosed_files
from wijkbudget.services.publish_archive import publish_archive

ROUND = "oudestad.toml"
FOUNDED_DAYS_AGO = -400


def play_sealed_vote() -> bytes:
    """Play a round of the demonstration in an empty database; its published archive."""
    now = edge.now()
    content = files("wijkbudget.demo").joinpath("rondes", ROUND).read_bytes()
    with edge.transaction() as session:
        timeline = Timeline(now)
        town = found_town(session, timeline.day(FOUNDED_DAYS_AGO), local_day(now))
        (story,) = read_stories(timeline, town, edge.settings().secret_key, edge.keys(), [content])
        story.tell()
        timeline.play(session)
        return publish_archive(
            session,
            story.round_id,
            keys=edge.keys(),
            enclosed=enclosed_files(),
            small_area=edge.settings().small_area,
        )
