"""What can go wrong with the search index."""

from connector.model.errors import StorageError


class SearchEngineMissing(StorageError):
    """The chosen engine is not installed."""

    code = "search_engine_missing"
    remedy = "Install `regie[search]`, or choose another engine."


class SearchIndexBusy(StorageError):
    """Another process writes the index's files."""

    code = "search_index_busy"
    status = 503
    remedy = "Nothing is lost: the index follows when the other process is done."
