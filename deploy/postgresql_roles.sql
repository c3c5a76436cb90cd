-- Two users of the database, as its administrator: psql -f postgresql_roles.sql
-- CHOOSE how they log in (pg_hba.conf): by the system's account over the local socket, or by password
-- (\password etm_owner, \password etm_reading).

-- Owns the store. Takes files in, keeps the access list, releases. No server connects as this user.
CREATE ROLE etm_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

-- Reads for one viewer at a time. Owns nothing, so that row-level security binds it.
CREATE ROLE etm_reading LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT;
ALTER ROLE etm_reading SET default_transaction_read_only = off;  -- it may add to the access log, and nothing else
ALTER ROLE etm_reading SET statement_timeout = '60s';
ALTER ROLE etm_reading CONNECTION LIMIT 200;

CREATE DATABASE etm OWNER etm_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE etm FROM PUBLIC;
GRANT CONNECT ON DATABASE etm TO etm_reading;
