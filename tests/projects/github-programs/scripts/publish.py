import sys

from client import Client

if __name__ == '__main__':
    Client().push(sys.argv[1])
