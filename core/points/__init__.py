"""Points: an integer ledger in which every movement is a row."""
