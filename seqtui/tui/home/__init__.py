"""Where the app opens: applications, models, recent runs, the tour."""
