"""``python -m crmbudget``."""

import sys

from crmbudget.cli import main

sys.exit(main())
