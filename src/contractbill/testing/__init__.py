"""For the tests of whoever builds on this library: example deals here, hypothesis strategies in `testing.strategies`.

`contractbill.testing` loads nothing that is not installed with the library; `contractbill.testing.strategies` needs
hypothesis.
"""

from contractbill.testing.deals import sales_led
from contractbill.testing.index_sources import IndexSourceSuite, InMemoryIndexSource

__all__ = ["InMemoryIndexSource", "IndexSourceSuite", "sales_led"]
