"""The MkDocs plugin: adds the generated pages, the pictures and the sheets, and hands the records to the templates."""

# ruff: noqa: ARG002 - MkDocs passes its arguments by name

from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from generator import (
    atlas,
    build,
    dataset,
    export,
    framing,
    images,
    looks,
    manifest,
    plots,
    reading,
    scorecard,
    search,
    sheets,
    wording,
)
from generator.config import load
from generator.errors import BuildError, InputError
from generator.pages import View, views
from generator.store import Store

PICTURES = "pictures"  # folders of the site
SHEETS = "sheets"


class Options(Config):
    """What mkdocs.yml may say about the plugin."""

    store = config_options.Optional(config_options.Type(str))  # default: the one that atlas.toml names
    manifest = config_options.Optional(config_options.Type(str))  # default: the store's newest


class FilterAtlasPlugin(BasePlugin[Options]):
    """Renders an atlas. All that it knows comes from a manifest and a store."""

    atlas: atlas.Atlas
    web: dict[str, images.WebPicture]  # by the key of the picture
    sheets: dict[str, sheets.Sheet]  # by the name of the layer
    looks: dict[str, dict[int, looks.Look]]  # by the name of the layer and the filter's index
    views: dict[str, View]  # by the page's address
    data: dict[str, bytes]  # by the file's name

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the records; derive what the pages show of them."""
        root = Path(config.config_file_path).parent
        try:
            store = Store(Path(self.config.store) if self.config.store else root / _store_named_by(root))
            wanted = Path(self.config.manifest) if self.config.manifest else manifest.newest(store.root)
            build.claim(Path(config.site_dir), root, store.root)
            self._read(manifest.load(wanted), store)
        except (InputError, BuildError) as error:
            raise PluginError(str(error)) from error
        config.site_name = self.atlas.title
        config.theme.static_templates.discard("sitemap.xml")  # MkDocs' own one holds the date of the build
        return config

    def _read(self, wanted: manifest.Manifest, store: Store) -> None:
        self.atlas = reading.load(wanted, store)
        self.web = images.derive(self.atlas.pictures(), store, self.atlas.quality)
        if any(picture.key not in self.web for _, picture in self.atlas.pictures()):
            self.atlas = reading.load(wanted, store)  # without what turned out to be damaged
        self.sheets = sheets.derive(self.atlas.sections, store, self.atlas.quality)
        self.looks = looks.derive(self.atlas.sections, store)
        self.views = {view.uri: view for view in views(self.atlas)}
        self.data = dict(dataset.files(self.atlas, wanted, store))

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add what is generated to what the theme and the prose bring."""

        def add(uri: str, **source: str | bytes) -> None:
            if uri not in files.src_uris:
                files.append(File.generated(config, uri, inclusion=InclusionLevel.NOT_IN_NAV, **source))

        for view in self.views.values():
            add(f"{view.uri}.md", content="")  # all of it is in the template
            if "filter" in view.records:
                add(f"{view.uri}.json", content=export.document(view.records["filter"], self.atlas))
        for picture in self.web.values():
            add(f"{PICTURES}/{picture.name}", abs_src_path=str(picture.path))
        for sheet in self.sheets.values():
            add(f"{PICTURES}/{sheet.preview.name}", abs_src_path=str(sheet.preview.path))
            add(f"{SHEETS}/{sheet.png.name}", abs_src_path=str(sheet.png.path))
        for name, content in self.data.items():
            add(f"data/{name}", content=content)
        add("assets/layers.css", content=framing.stylesheet(self.atlas))
        add("assets/index.js", content=search.script(self.atlas, self.web))
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Give a generated page its template."""
        view = self.views.get(page.file.src_uri.removesuffix(".md"))
        if view is not None:
            page.meta["template"] = view.template
        return markdown

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Make the templates strict, and give them the records and the words."""
        env.autoescape = True
        env.undefined = StrictUndefined
        env.trim_blocks = env.lstrip_blocks = True
        env.globals |= {
            "atlas": self.atlas,
            "web": self.web,
            "sheets": self.sheets,
            "looks": self.looks,
            "framing": framing,
            "plots": plots,
            "scorecard": scorecard,
            "places": {section.layer.name: framing.places(section) for section in self.atlas.sections},
            "wording": wording,
            "version": version("filter-atlas"),
        }
        return env

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Give a generated page its own records."""
        view = self.views.get(page.file.src_uri.removesuffix(".md"))
        own: dict[str, Any] = {"view": view} | (view.records if view is not None else {})
        context.update(own)  # type: ignore[typeddict-item]
        return context


def _store_named_by(root: Path) -> str:
    settings = root / "atlas.toml"
    return load(settings if settings.exists() else None, {}).store
