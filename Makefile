.PHONY: check test golden words docs site hostile bench

check:            ## linters, types, layers
	ruff check .
	ruff format --check .
	mypy
	lint-imports

test:             ## all tests
	python -m pytest

golden:           ## accept the answers as they are now; read the diff before you commit it
	CRMBUDGET_GOLDEN=update python -m pytest tests/test_errors.py tests/test_formats.py tests/test_contract.py

docs:             ## write the generated pages anew
	python docs/generate.py

words:            ## bring the Chinese catalogue up to date; translate what it names, and run it again
	python docs/catalogue.py

site:             ## the documentation as a site, in site/
	python -m mkdocs build --strict

hostile:          ## 10,000 mutated plans; each gets a finding or a result
	python tests/hostile.py

bench:            ## measure, and print the tables of docs/bench.md
	python bench/allocation.py
	python bench/limits.py
	python bench/explain.py
	python bench/diff.py
	python bench/actuals.py
	python bench/startup.py
