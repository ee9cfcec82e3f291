"""Background jobs: long work of the computer with progress, cancelling, and going on after a worker died."""

from foundation.jobs.queue import JobRead, cancel_job, enqueue, find_jobs, get_job
from foundation.jobs.worker import Cancelled, JobContext, job_kind, run_waiting, start_worker, stop_worker

__all__ = [
    "Cancelled",
    "JobContext",
    "JobRead",
    "cancel_job",
    "enqueue",
    "find_jobs",
    "get_job",
    "job_kind",
    "run_waiting",
    "start_worker",
    "stop_worker",
]
