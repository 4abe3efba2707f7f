"""A site of django-helpdesk's own, as its documentation sets one up: run by its Python, never by ours."""
