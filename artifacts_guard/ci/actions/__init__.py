"""The language of GitHub Actions and of the systems that took it over (Forgejo, Gitea).

`expressions` and `values` read `${{ }}`; `triggers`, `shells` and `steps` their part of a document;
`calls` follows actions and workflows inside the tree; `workflow` puts the pipeline together for a
`dialect`, which says how one system differs from the others.
"""
