"""A log of runs that says what each run did, and what nobody wrote down.

``schema.sql`` has the tables, which SQLite and PostgreSQL read alike. ``store`` writes
and asks them. ``read_torch`` and ``read_keras`` read the settings of a live model and
its optimizer, under the names that both share. ``train_torch`` and ``train_keras`` are
the small program whose runs are recorded, and ``with_mlflow`` records it with MLflow.
"""
