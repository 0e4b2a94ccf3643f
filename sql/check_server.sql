SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS read_only,
       current_user AS role, current_setting('server_encoding') AS encoding
