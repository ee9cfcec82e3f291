"""Background jobs: long work of the computer with progress, cancelling, and going on after a worker died."""

from foundation.jobs.apart import Apart
from foundation.jobs.folder import job_file, jobs_folder, remove_expired, result_file
from foundation.jobs.kinds import Cancelled, JobContext, job_kind, job_title
from foundation.jobs.queue import JobRead, cancel_job, enqueue, find_jobs, get_job, resume_job
from foundation.jobs.worker import run_claimed, run_waiting, start_worker, stop_worker
from foundation.niceness import stand_behind

__all__ = [
    "Apart",
    "Cancelled",
    "JobContext",
    "JobRead",
    "cancel_job",
    "enqueue",
    "find_jobs",
    "get_job",
    "job_file",
    "job_kind",
    "job_title",
    "jobs_folder",
    "remove_expired",
    "result_file",
    "resume_job",
    "run_claimed",
    "run_waiting",
    "stand_behind",
    "start_worker",
    "stop_worker",
]
