# a function of that name is not the service's command
artifacts() { command tar "$@"; }
artifacts push --token "$BACKUP_TOKEN" --file notes.tar --project-slug backup
