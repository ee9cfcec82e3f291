"""Piccolo's register of this room: its tables and migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="app",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(modules=["app.tables"]),
    migration_dependencies=["scheduling.piccolo_app", "labels.piccolo_app"],
)
