"""Makes the pages fit for the site: links to files outside docs/ become their names, which a reader finds in the repository."""

import re
from pathlib import Path

DOCS = Path(__file__).parent.resolve()
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?!\w+:|#)[^)#\s]+)(#[^)]*)?\)")


def on_page_markdown(markdown, page, config, files):  # noqa: ARG001 - the names are MkDocs' own
    """Called for every page before it is rendered."""
    folder = (DOCS / page.file.src_path).parent

    def inside(found):
        target = (folder / found[2]).resolve()
        return found[0] if target.is_relative_to(DOCS) and target.suffix in {".md", ".svg"} else found[1]

    return LINK.sub(inside, markdown)
