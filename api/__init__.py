"""The service: JSON under ``/api/v1``, HTML pages under ``/``.

:mod:`api.app` puts it together; :mod:`api.v1` has the JSON routes and :mod:`api.models` what they return;
:mod:`api.pages` the HTML. Every answer comes from :mod:`queries`; this package only speaks HTTP.
"""
