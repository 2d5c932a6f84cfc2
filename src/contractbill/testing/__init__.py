"""For the tests of whoever builds on this library: example deals here, hypothesis strategies in `testing.strategies`.

`contractbill.testing` loads nothing that is not installed with the library; `contractbill.testing.strategies` needs
hypothesis.
"""

from contractbill.testing.deals import sales_led

__all__ = ["sales_led"]
