"""Bringing plans in without a command line: files are uploaded, understood, corrected, and loaded by a job.

- :mod:`policygraph.intake.models`: what the reader understood, what a person corrects, what a job has done
- :mod:`policygraph.intake.understanding`: a file to what the reader understands of it
- :mod:`policygraph.intake.staging`: files that wait, in a folder that is swept
- :mod:`policygraph.intake.queue`: jobs, one at a time, and what is known of them after a restart

Nothing here knows of HTTP.
"""
