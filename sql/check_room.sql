-- Names of other roles' sessions may be hidden from ours; those count as not ours.
SELECT current_setting('max_connections')::int8 AS most,
       current_setting('superuser_reserved_connections')::int8
         + coalesce(current_setting('reserved_connections', true)::int8, 0) AS reserved,
       (SELECT count(*) FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
           AND coalesce(application_name, '') NOT LIKE 'moretta%') AS others,
       (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role,
       (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS of_database
