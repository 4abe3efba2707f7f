"""A phone provider that is not there: it calls our addresses, reads what they answer and keeps its strictness.

It was written from the provider's documentation alone and shares no code with the driver, so that an error made twice
cannot hide. Its time is simulated. The demonstration's telephone and the tests use it.
"""
