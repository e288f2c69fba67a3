"""The kinds of tasks, one module for each. To add one, write its module and insert it into KINDS.

`task` defines the interface of all kinds. `stored` reads and writes the artifacts that several kinds share.
"""

from generator.build.tasks.conclude import Conclude
from generator.build.tasks.cut import CUTS, Cut
from generator.build.tasks.depict import AlbumJob, Depict
from generator.build.tasks.diversify import Diversify
from generator.build.tasks.exhibit import Exhibit, GalleryJob
from generator.build.tasks.film import Film, FilmJob
from generator.build.tasks.follow import Follow, FollowJob
from generator.build.tasks.measure import Measure, MeasureJob
from generator.build.tasks.project import PROJECTIONS, Project, ProjectJob
from generator.build.tasks.respond import Merge, Part, Respond
from generator.build.tasks.task import Job, LayerJob, Planned, Step, Task, Wanted
from generator.build.tasks.visualize import Visualize

# In the order in which one process runs them: synthesised images first, then what depends on photographs.
KINDS: tuple[type[Planned], ...] = (
    Visualize,
    Film,
    Diversify,
    Respond,
    Conclude,
    Depict,
    Exhibit,
    Cut,
    Project,
    Follow,
    Measure,
)
