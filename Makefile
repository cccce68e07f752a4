# Tandem. `make` alone lists the targets. Works with GNU make 3.81 (macOS) and up.
.DEFAULT_GOAL := help
.PHONY: help lab class test lint unit quick test-attacks test-faults test-fairness test-class test-gpu check docs notebooks exercises bench image clean
.SUFFIXES:
MAKEFLAGS += --no-print-directory
# Some images set it; hundreds of processes here would compile the same modules anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
# One framework only: `make lab TRACK=torch`. Later runs remember it.
TRACK ?= $(or $(shell cat $(VENV)/track 2>/dev/null),both)
# A copy of the course keeps its track unless another is asked for by name.
CHOSEN = $(if $(filter file,$(origin TRACK)),$(if $(wildcard work/.tandem),,--track $(TRACK)),--track $(TRACK))
EXTRAS_torch := torch,deploy
EXTRAS_tensorflow := tensorflow,deploy
EXTRAS_both := torch,tensorflow,deploy
LAB_READY := $(VENV)/ready-$(TRACK)
CLASS_READY := $(VENV)/ready-class
TEST_READY := $(VENV)/ready-test
GPU_READY := $(VENV)/ready-gpu-$(TRACK)
# JupyterLab finds these where an installation puts them: they are copied there.
EXTENSION := $(shell find grader/labextension -type f)
# GB that the largest environment takes: pip's torch for Linux brings CUDA along.
DISK_GB := 8

help:
	@echo "Tandem: deep learning in PyTorch and TensorFlow side by side."
	@echo
	@echo "  make lab              install, copy the course to work/, open JupyterLab there"
	@echo "  make lab TRACK=torch  the same with one framework only (or TRACK=tensorflow)"
	@echo "  make lab ARGS=--no-browser   the same on a server: only print the address"
	@echo "  make test             install and run every test"
	@echo "  make test-attacks     grade hostile submissions and show what came of each"
	@echo "  make test-faults      break what grading can meet, see that nobody is harmed"
	@echo "  make test-class       a whole class by course grade, formgrader and nbgrader"
	@echo "  make test-fairness    grade every right variant on 20 draws of inputs"
	@echo
	@echo "While you work on it:"
	@echo "  make quick            what touches the files changed since main, in two minutes"
	@echo "  make lint             ruff, biome, mypy and import-linter alone"
	@echo "  make unit             the unit tests alone"
	@echo
	@echo "For authors:"
	@echo "  make notebooks        build and run the lessons from sources/"
	@echo "  make exercises        build solutions/ and exercises/ from sources/"
	@echo "  make docs             build claims.md, glossary.md and exercises.md in docs/"
	@echo "  make check            prove that every exercise tells right from wrong"
	@echo "  make test-gpu         run lessons and exercises on a GPU (see docs/gpu.md)"
	@echo "  make bench            measure grading, lessons, kernels beside the stock tools"
	@echo "                        (over an hour; ARGS=\"--only a,c --runs 1\" for less)"
	@echo "  make image IMAGE=torch-cpu   a container image of the course (see docs/images.md)"
	@echo "  make clean            remove the environment and caches; work/ stays"
	@echo
	@echo "For a class:"
	@echo "  make class            install what grading needs; then $(VENV)/bin/course --help"

lab: $(LAB_READY)
	@echo $(TRACK) > $(VENV)/track
	@echo "==> Opening your copy of the course"
	@$(PY) -m grader.cli lab $(CHOSEN) $(ARGS)

class: $(CLASS_READY)
	@echo "Ready: $(VENV)/bin/course grade --help"

notebooks: $(TEST_READY)
	$(PY) -m grader.authoring.build notebooks

exercises: $(TEST_READY)
	$(PY) -m grader.authoring.build solutions
	$(PY) -m grader.authoring.build exercises

docs: $(TEST_READY)
	$(PY) -m grader.authoring.build docs
	$(PY) -m grader.cli check --write docs/exercises.md

check: $(TEST_READY)
	$(PY) -m grader.cli check

test-gpu: $(GPU_READY)
	$(PY) -m grader.authoring.gpu $(ARGS)

test-attacks: $(TEST_READY)
	$(PY) -m tests.attacks --hosts

test-faults: $(TEST_READY)
	$(PY) -m tests.faults

test-class: $(TEST_READY)
	$(PY) -m pytest -q --whole-class tests/grading/test_class.py \
	  tests/grading/test_written.py tests/browser/test_formgrader.py

test-fairness: $(TEST_READY)
	$(PY) -m tests.fairness $(ARGS)

bench: $(TEST_READY)
	$(PY) -m bench $(ARGS)

IMAGE ?= both-cpu
image: $(TEST_READY)
	@$(PY) -m grader.production.images $(IMAGE) $(ARGS)

test: $(TEST_READY)
	@$(PY) -m tests.stages

lint: $(TEST_READY)
	@$(PY) -m tests.stages lint format javascript types imports

unit: $(TEST_READY)
	@$(PY) -m tests.stages unit

quick: $(TEST_READY)
	@$(PY) -m tests.stages quick

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find grader tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Installation -----------------------------------------------------------

ifeq ($(EXTRAS_$(TRACK)),)
$(LAB_READY) $(GPU_READY):
	@echo "make $(MAKECMDGOALS): unknown TRACK=$(TRACK); use TRACK=torch, TRACK=tensorflow or TRACK=both."; exit 2
else
$(LAB_READY): $(VENV)/made pyproject.toml constraints.txt $(EXTENSION)
	$(call install,$(EXTRAS_$(TRACK)))

$(GPU_READY): $(VENV)/made pyproject.toml constraints.txt
	$(call install,$(EXTRAS_$(TRACK))$(comma)instructor$(comma)dev)
endif

$(CLASS_READY): $(VENV)/made pyproject.toml constraints.txt
	$(call install,torch$(comma)tensorflow$(comma)instructor)

$(TEST_READY): $(VENV)/made pyproject.toml constraints.txt $(EXTENSION)
	$(call install,torch$(comma)tensorflow$(comma)deploy$(comma)instructor$(comma)cluster$(comma)postgresql$(comma)dev)

comma := ,
# $(1): extras. The pins come along, so that everyone runs the tested set. pip would
# compile on one core, and the packages' own tests, which nobody runs, as well.
define install
@echo "==> Installing $(1) in the pinned versions (the first time takes some minutes)"
@$(PY) -m pip install --disable-pip-version-check --no-compile -c constraints.txt \
  -e ".[$(1)]" || { \
  echo "make: the installation failed, see the lines above; nothing of yours was touched."; \
  echo "make: check the network and the free disk space, then run the same command again."; \
  exit 1; }
@echo "==> Compiling what was installed"
@$(PY) -m compileall -qq -j 0 -x '/tests/' $(VENV)/lib || true
@touch $@
endef

# The environment remembers where it was made: it does not survive a move.
ifneq ($(wildcard $(VENV)/made),)
ifneq ($(shell cat $(VENV)/made),$(CURDIR))
.PHONY: $(VENV)/made
endif
endif

SUITABLE := (3, 11) <= sys.version_info[:2] <= (3, 13)

$(VENV)/made:
	@python=; for name in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	  if "$$name" -c 'import sys, venv, ensurepip; sys.exit(not $(SUITABLE))' 2>/dev/null; \
	  then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "make: no usable Python found. Tandem needs Python 3.11, 3.12 or 3.13 with venv."; \
	  echo "make: get one from https://www.python.org/downloads (Debian, Ubuntu: apt install python3-venv)"; \
	  echo "make: or name the one you have: make lab PYTHON=/path/to/python3.12"; exit 1; \
	fi; \
	free=$$(($$(df -Pk . | awk 'NR == 2 {print $$4}') / 1048576)); \
	if [ $$free -lt $(DISK_GB) ]; then \
	  echo "make: $$free GB are free on this disk; the installation can take $(DISK_GB) GB. Make room and try again,"; \
	  echo "make: or, where less is enough (the README tells when), say so: make DISK_GB=4 lab"; \
	  exit 1; \
	fi; \
	echo "==> Creating $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(if $(wildcard $@),--clear) $(VENV) || { \
	  echo "make: could not create $(VENV), see above; may you write in this folder?"; exit 1; }; \
	$(PY) -m pip install -q --disable-pip-version-check -c constraints.txt --upgrade pip || \
	  echo "make: going on with the pip that Python brought, which takes longer."; \
	printf '%s\n' '$(CURDIR)' > $@

.DEFAULT:
	@echo "make: there is no target \"$@\"; \`make\` alone lists those there are."; exit 2
