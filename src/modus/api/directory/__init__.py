"""The operations of the directory by area, in the order in which the description names them."""

from modus.api.directory import clusters, members, offices, organisations, own, people, profiles, public, requests

ROUTERS = {
    "own": own.router,
    "directory": public.router,
    "clusters": clusters.router,
    "members": members.router,
    "people": people.router,
    "organisations": organisations.router,
    "profiles": profiles.router,
    "requests": requests.router,
    "office": offices.router,
}
