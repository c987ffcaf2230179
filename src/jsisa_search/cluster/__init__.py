"""The other engine: the same documents, query trees and ranking on an OpenSearch cluster."""
