"""``python -m adapters.engines.local.child``: takes orders on its standard input until that is closed."""

from __future__ import annotations

from adapters.engines.local.child.service import main

if __name__ == "__main__":
    main()
