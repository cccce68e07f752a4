"""What lesson 12 shows and can't run itself: measured here, stored beside its pictures.

python -m bench.records runs                 a run of each framework, with all settings
python -m bench.records postgresql ADDRESS   the same SQL on a PostgreSQL server
python -m bench.records mlflow               what MLflow records (extra ``tracking``)
python -m bench.records schema               what pandera finds (needs pandas)
python -m bench.records wheels               the files that two wheels share (1.5 GB)
"""
