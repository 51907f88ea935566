-- Prefect keeps its own database beside ours.
CREATE DATABASE prefect OWNER firewatch;
\connect prefect
CREATE EXTENSION IF NOT EXISTS pg_trgm;
