"""Runs the clients of tables against two services: a public one and one that requires a token.

usage: python tables.py ADDRESS ADDRESS-WITH-TOKEN TOKEN PATH-TO-AIDGRAPH DASHBOARDS WORK"""
import sys
import warnings

import documents
import frames
import grafana
import suite

warnings.filterwarnings("ignore")
address, guarded, token, binary, dashboards, work = sys.argv[1:]
service = suite.Service(address)
frames.register(service, suite.Service(guarded, token), dashboards)
grafana.register(service, dashboards)
documents.register(service, binary, work)
suite.run_all()
