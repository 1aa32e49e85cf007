.PHONY: check test golden docs bench

check:            ## linters, types, layers
	ruff check .
	ruff format --check .
	mypy
	lint-imports

test:             ## all tests
	python -m pytest

golden:           ## accept the answers as they are now; read the diff before you commit it
	CRMBUDGET_GOLDEN=update python -m pytest tests/test_errors.py tests/test_formats.py

docs:             ## write the generated pages anew
	python docs/generate.py

bench:            ## measure, and print the tables of docs/bench.md
	python bench/allocation.py
	python bench/limits.py
	python bench/explain.py
	python bench/diff.py
	python bench/actuals.py
	python bench/startup.py
