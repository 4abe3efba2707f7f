"""A Jira Service Management that is not there: one site with one service project, on loopback, Cloud or Data Center.

It was written from Atlassian's documentation and shares no code with the adapter, so that an error made twice cannot
hide. It keeps Jira's strictness; tests hold it, and what is asked of it, against the contract (tests/contracts). The
demonstration shows its tickets.
"""
