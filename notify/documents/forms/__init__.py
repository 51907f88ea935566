"""One file a form: typed facts in, an :class:`~notify.documents.layout.OfficialDocument` out."""
