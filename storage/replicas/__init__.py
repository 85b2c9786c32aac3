"""Work that several processes on one database share: locks, leases, paces, rounds."""
