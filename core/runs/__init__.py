"""Workflow runs: what can be started by API, and workflows as those see them who run a workspace."""
