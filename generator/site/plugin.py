"""The MkDocs plugin: adds the generated pages, the pictures and the sheets, and gives the records to the templates."""

# ruff: noqa: ARG002 - MkDocs passes its arguments by name

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.base import Config as PluginConfig
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from generator.config import Config, load
from generator.errors import BuildError, InputError
from generator.site import dataset, incremental, loading, maps, records, rendering, theme
from generator.site.maps import pages as charts
from generator.site.pages import (
    View,
    appearance,
    cards,
    depths,
    field_frames,
    films,
    guess,
    images,
    looked,
    names,
    passages,
    photographs,
    plots,
    previews,
    recipe_sheets,
    reference,
    scorecard,
    search,
    sheets,
    sitemap,
    telling,
    tours,
    views,
    wording,
)
from generator.store import manifest, webcache
from generator.store.artifacts import Store
from generator.system.paths import at_home

PICTURES = "pictures"  # folders of the site
SHEETS = "sheets"
PREVIEWS = "previews"


class Options(PluginConfig):
    """The options of the plugin in mkdocs.yml."""

    store = config_options.Optional(config_options.Type(str))  # default: that of atlas.toml
    manifest = config_options.Optional(config_options.Type(str))  # default: the newest in the store
    folder = config_options.Type(str, default="atlas")  # the atlas's folder in a site with another theme


class FilterAtlasPlugin(BasePlugin[Options]):
    """Renders an atlas from a manifest and a store."""

    atlas: records.Atlas
    web: dict[str, images.WebPicture]  # by the key of the picture
    sheets: dict[tuple[str, str], sheets.Sheet]  # by the name of the layer and the kind
    maps: dict[str, maps.Map]  # by the name of the layer, and maps.ALL
    previews: dict[str, images.WebPicture]  # by the block's name; none if the site's address is not known
    looks: dict[str, dict[int, appearance.Look]]  # by the name of the layer and the filter's index
    photographs: photographs.Photographs | None  # to start from
    views: dict[str, View]  # by the page's address
    data: dict[str, bytes]  # by the file's name
    recipes: dict[str, Path]  # sheets of all recipes, by the file's address
    folder: str  # the atlas's folder in the site, ending with a slash; "" if the atlas is the whole site

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the records, and derive the files that the pages show."""
        root = Path(config.config_file_path).parent
        try:
            settings = _settings(root)
            store = Store(Path(at_home(self.config.store)) if self.config.store else root / settings.store)
            wanted = Path(at_home(self.config.manifest)) if self.config.manifest else manifest.newest(store.root)
            if not (config.site_url or self.config.manifest or settings.base_url == "none"):
                config.site_url = f"{settings.base_url.rstrip('/')}/"
            self.folder = "" if theme.is_whole_site(config.theme) else f"{self.config.folder.strip('/')}/"
            if not self.folder:
                rendering.claim(Path(config.site_dir), root, store.root)
            self._read(wanted, store, has_address=bool(config.site_url))
        except (InputError, BuildError) as error:
            raise PluginError(str(error)) from error
        if not self.folder:
            config.site_name = self.atlas.title
            config.theme.static_templates.discard("sitemap.xml")  # MkDocs' own contains the date of the build
        return config

    def _read(self, path: Path, store: Store, *, has_address: bool) -> None:
        wanted, cache = manifest.load(path), webcache.WebCache(store)
        self.atlas = loading.load(wanted, store)
        self.web = images.derive(self.atlas.pictures(), cache, self.atlas.quality)
        if any(named.picture.key not in self.web for named in self.atlas.pictures()):
            self.atlas = loading.load(wanted, store)  # without the artifacts that were found to be damaged
        self.sheets = sheets.derive(self.atlas.sections, cache, self.atlas.quality)
        self.maps = maps.derive(self.atlas, self.sheets, cache)
        self.looks = appearance.derive(self.atlas.sections, cache)
        self.previews = previews.derive(self.atlas, cache) if has_address else {}
        self.photographs = photographs.derive(wanted, store, self.atlas, self.web, cache)
        cache.close(path.stem)
        pages = views(self.atlas, tours.plan(self.atlas, self.looks, store))
        self.views = {view.uri: view for view in (*pages, *charts.views(self.maps, self.atlas))}
        if self.photographs:
            self.web |= self.photographs.web
            self.views[self.photographs.view.uri] = self.photographs.view
        self.data = dict(dataset.files(self.atlas, wanted, store))
        self.recipes = recipe_sheets.own(store.root, wanted.network.digest)

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Keep the pictures of an earlier build, which MkDocs would remove."""
        incremental.move_away(Path(config.site_dir), self._pictures(config))

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated files, the guide and the assets to the site's files."""
        incremental.move_back(Path(config.site_dir), self._pictures(config))

        def add(uri: str, shown: bool = False, **source: str | bytes) -> None:
            """Add a file to the atlas's folder. `shown`: list it in the navigation, unless mkdocs.yml defines that."""
            if self.folder + uri not in files.src_uris:
                inclusion = InclusionLevel.UNDEFINED if shown else InclusionLevel.NOT_IN_NAV
                kind = incremental.KeptFile if uri.startswith(f"{PICTURES}/") else File
                file = kind.generated(config, self.folder + uri, inclusion=inclusion, **source)
                file.use_directory_urls = False  # for any setting of the site, because pages link to each other's files
                files.append(file)
                if uri.endswith(".md") and not shown and "content" in source:
                    TemplatePage(None, file, config)

        for view in self.views.values():
            add(f"{view.uri}.md", shown=view.uri == "index", content="")  # the template has all content
        for picture in self._shown():
            add(f"{PICTURES}/{picture.name}", abs_src_path=str(picture.path))
        for sheet in self.sheets.values():
            add(f"{PICTURES}/{sheet.preview.name}", abs_src_path=str(sheet.preview.path))
            add(f"{SHEETS}/{sheet.full.name}", abs_src_path=str(sheet.full.path))
        for preview in self.previews.values():
            add(f"{PREVIEWS}/{preview.name}", abs_src_path=str(preview.path))
        for name, content in self.data.items():
            add(f"data/{name}", content=content)
        add("assets/layers.css", content=field_frames.stylesheet(self.atlas))
        for block in self.atlas.blocks:
            add(f"assets/cards-{block.name}.js", content=cards.script(block, self.looks, self.web))
        own = self.photographs.files.items() if self.photographs else ()
        for uri, script in (*charts.scripts(self.maps, self.atlas, self.web), *own):
            add(uri, content=script)
        add("assets/guess-questions.js", content=guess.script(self.atlas, self.web))
        add("assets/index.js", content=search.script(self.atlas, self.web))
        for uri, path in self.recipes.items():
            add(uri, abs_src_path=str(path))
        for uri, path in theme.prose().items():
            add(uri, shown=not self.folder, abs_src_path=str(path))
        self._leave_out(files)
        for uri, path in theme.assets().items():
            add(uri, abs_src_path=str(path))
        if not self.folder and (template := files.get_file_from_path("sitemap.xml")):
            files.remove(template)  # MkDocs' own, which would be copied unrendered
        if config.site_url and not self.folder:
            add("sitemap.xml", content=sitemap(config.site_url + own.url for own in files.documentation_pages()))
        return files

    def _leave_out(self, files: Files) -> None:
        """Remove the pages about VGG16 from the guide of another network."""
        for uri in () if self.atlas.vgg16 else passages.VGG16_ALONE:
            if (page := files.get_file_from_path(self.folder + uri)) is not None:
                files.remove(page)

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Give a page of the atlas its template and title; fill in the generated tables of a page of the guide."""
        view = self._view(page)
        if view is not None:
            page.meta["template"] = view.template
            page.meta["title"] = view.title or self.atlas.title
        if self.folder and page.file.src_uri.startswith(self.folder):
            page.meta["template"] = theme.PREFIX + page.meta.get("template", "main.html")
        if view is not None:
            return markdown  # it is empty
        markdown = markdown.replace(recipe_sheets.MARK, recipe_sheets.section(self.recipes))
        return reference.fill(markdown, self.atlas, self.web)

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Make the templates strict, and give them the records and the functions for texts."""
        given = {
            "atlas": self.atlas,
            "web": self.web,
            "sheets": self.sheets,
            "previews": self.previews,
            "looks": self.looks,
            "maps": self.maps,
            "looked": looked.verdicts(theme.prose()["look.md"].read_text("utf-8"), self.atlas),
            "charts": charts,
            "cards": cards,
            "depths": depths,
            "films": films,
            "names": names,
            "framing": field_frames,
            "guess": guess,
            "hung": self.photographs.indices if self.photographs else frozenset(),
            "plots": plots,
            "scorecard": scorecard,
            "telling": telling,
            "places": {section.layer.name: field_frames.places(section) for section in self.atlas.sections},
            "wording": wording,
            "version": version("filter-atlas"),
            "folder": self.folder,
            "guide": self._guide(files),
        }
        return theme.configure_foreign(env, given) if self.folder else theme.configure(env, given)

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Give a page of the atlas its own records, and the address of the atlas's folder instead of the site's."""
        view = self._view(page)
        own: dict[str, Any] = {"view": view} | (view.records if view is not None else {})
        if self.folder and page.file.src_uri.startswith(self.folder):
            own |= {"host_url": theme.address("", page.url), "base_url": theme.address(self.folder, page.url)}
        context.update(own)  # type: ignore[typeddict-item]
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Mark the site as one that a later build may wipe, and remove pictures that no page shows."""
        (Path(config.site_dir) / rendering.MARK).touch()
        previews = (sheet.preview for sheet in self.sheets.values())
        pages = (f"{uri}.html".removeprefix(f"{PICTURES}/") for uri in self.views)  # for a layer of that name
        pictures = (picture.name for picture in (*self._shown(), *previews))
        incremental.remove_unused(self._pictures(config), (*pictures, *pages))

    def _shown(self) -> Iterator[images.WebPicture]:
        """All pictures of single filters and photographs, and of maps."""
        yield from self.web.values()
        yield from (self.photographs.thumbnails if self.photographs else {}).values()
        yield from charts.pictures(self.maps)

    def _pictures(self, config: MkDocsConfig) -> Path:
        return Path(config.site_dir) / self.folder / PICTURES

    def _guide(self, files: Files) -> list[Page]:
        """The pages of the guide, sorted by their `order` and then by title."""
        pages = [
            file.page for file in files.documentation_pages() if file.src_uri.startswith(self.folder) and file.page
        ]
        prose = [page for page in pages if self._view(page) is None]
        return sorted(prose, key=lambda page: (page.meta.get("order", 50), str(page.title)))

    def _view(self, page: Page) -> View | None:
        """The view of a generated page; None for other pages."""
        uri = page.file.src_uri.removesuffix(".md")
        return self.views.get(uri.removeprefix(self.folder)) if uri.startswith(self.folder) else None


class TemplatePage(Page):
    """A page without Markdown: its template has all content. Setting up a converter would take as long as rendering."""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Skip the conversion of Markdown."""
        self.content, self.present_anchor_ids = "", set()


def _settings(root: Path) -> Config:
    """The settings of the atlas.toml beside the site's mkdocs.yml, or the defaults."""
    file = root / "atlas.toml"
    return load(file if file.exists() else None, {})
