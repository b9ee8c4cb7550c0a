"""Photos of reports: `PhotoService` checks, shrinks and cleans them in worker processes and keeps them in a store."""
