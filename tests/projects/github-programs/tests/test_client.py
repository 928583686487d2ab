import os


def test_delete():
    os.system('artifacts artifact delete --artifact-id art_1')
