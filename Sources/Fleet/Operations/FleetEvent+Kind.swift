extension FleetEvent {
  /// The kinds of events. The comments are the table of roost-events(7).
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A VM was made: a host was chosen, its room and addresses reserved.
    case vmPlaced = "vm.placed"
    /// A VM was asked to start.
    case vmStart = "vm.start"
    /// A VM was asked to stop.
    case vmStop = "vm.stop"
    /// A VM was asked to restart.
    case vmRestart = "vm.restart"
    /// A VM was asked to pause.
    case vmPause = "vm.pause"
    /// A VM was asked to go on.
    case vmResume = "vm.resume"
    /// A VM was asked to be deleted.
    case vmDelete = "vm.delete"
    /// A VM made with virsh became a managed one.
    case vmAdopt = "vm.adopt"
    /// A managed VM was given back.
    case vmRelease = "vm.release"
    /// A VM that virsh undefined was asked to be defined again.
    case vmRecover = "vm.recover"
    /// A VM was taken off the books without touching its host.
    case vmForgotten = "vm.forgotten"
    /// A VM was taken off the books with its lost host.
    case vmLost = "vm.lost"
    /// A VM was found on another host than the one it was on.
    case vmMoved = "vm.moved"
    /// A VM was found on another host that has too little room for it, and still counts on the one before.
    case vmMoveRefused = "vm.move-refused"
    /// A host removed a VM after its deletion had been given up.
    case vmDeletedLate = "vm.deleted-late"
    /// A VM was written down again from the mark in its domain.
    case vmRebuilt = "vm.rebuilt"
    /// What a VM asks of hosts was changed.
    case vmConstraints = "vm.constraints"
    /// Two VMs run that must not run beside each other.
    case vmDoubleRun = "vm.double-run"
    /// An operation succeeded.
    case operationDone = "operation.done"
    /// An operation failed.
    case operationFailed = "operation.failed"
    /// An operation was cancelled.
    case operationCancelled = "operation.cancelled"
    /// A forced stop or restart took the place of an operation that waited.
    case operationSuperseded = "operation.superseded"
    /// Several VMs have one MAC address.
    case macConflict = "mac.conflict"
    /// Somebody let several VMs share a MAC address.
    case macAccepted = "mac.accepted"
    /// VMs that were allowed to share a MAC address are not the same ones any more.
    case macAcceptanceEnded = "mac.acceptance-ended"
    /// A VM was given another MAC address to end a conflict.
    case macReplaced = "mac.replaced"
    /// A VM's link was taken down to end a conflict.
    case macLinkDown = "mac.link-down"
    /// MAC addresses were reserved for something outside the fleet.
    case macReserved = "mac.reserved"
    /// A reservation or a quarantine of MAC addresses ended.
    case macReleased = "mac.released"
    /// A MAC address was taken out of quarantine.
    case macReclaimed = "mac.reclaimed"
    /// A MAC pool was made.
    case poolCreated = "pool.created"
    /// A MAC pool was deleted.
    case poolDeleted = "pool.deleted"
    /// The range of VNC ports was changed.
    case portRange = "port.range"
    /// A VM was given another VNC port, because its own was taken.
    case portChanged = "port.changed"
    /// A guest was started behind Roost's back with an address that another VM runs with.
    case startWarned = "start.warned"
    /// A start with an address that another VM runs with was stopped.
    case startRefused = "start.refused"
    /// The policy for starts behind Roost's back was changed.
    case policyChanged = "policy.changed"
    /// The policy or the rules for placements were changed.
    case policyPlacement = "policy.placement"
    /// A libvirt network was asked to start.
    case networkStart = "network.start"
    /// A libvirt network was asked to stop.
    case networkStop = "network.stop"
    /// An image came into the library.
    case imageAdded = "image.added"
    /// An image left the library.
    case imageDeleted = "image.deleted"
    /// Files of the library that no image needs were removed.
    case imageOrphansRemoved = "image.orphans-removed"
    /// A host joined the fleet.
    case hostJoined = "host.joined"
    /// A machine took the place of a host of the fleet.
    case hostRejoined = "host.rejoined"
    /// A host's agent connected.
    case hostConnected = "host.connected"
    /// A host's agent is gone; its guests go on.
    case hostDisconnected = "host.disconnected"
    /// A host's libvirt answers again.
    case hostLibvirtUp = "host.libvirt-up"
    /// A host's libvirt does not answer.
    case hostLibvirtDown = "host.libvirt-down"
    /// A host's libvirt answers some calls and holds or fails others.
    case hostDegraded = "host.degraded"
    /// A degraded host works again, or a host that the database had lost is back.
    case hostRecovered = "host.recovered"
    /// A host's certificate was renewed.
    case hostRenewed = "host.renewed"
    /// A host gets no new VMs.
    case hostCordoned = "host.cordoned"
    /// A host gets new VMs again.
    case hostUncordoned = "host.uncordoned"
    /// A host's labels were changed.
    case hostLabels = "host.labels"
    /// A host left the fleet.
    case hostRemoved = "host.removed"
    /// A host that will not come back was taken out with all it had.
    case hostLost = "host.lost"
    /// A host was cut off.
    case hostRevoked = "host.revoked"
    /// What a host claims to run hinders nobody any more.
    case hostDisregarded = "host.disregarded"
    /// What a host claims to run counts again.
    case hostRegarded = "host.regarded"
    /// A second machine came with the identity of a connected host.
    case hostIdentityConflict = "host.identity-conflict"
    /// A host reported more than it may and was cut off.
    case hostOverQuota = "host.over-quota"
    /// A host says without proof that the fleet has come further than the database knows.
    case hostUnproven = "host.unproven"
    /// Somebody took such a host's word.
    case hostBelieved = "host.believed"
    /// A host reported after settling was ended without it.
    case hostLate = "host.late"
    /// The coordinator started.
    case coordinatorStarted = "coordinator.started"
    /// A backup took the place of the database.
    case coordinatorRestored = "coordinator.restored"
    /// A lost database was made anew.
    case coordinatorRebuilt = "coordinator.rebuilt"
    /// The database is older than the fleet; the coordinator hands nothing out yet.
    case coordinatorSettling = "coordinator.settling"
    /// Settling ended.
    case coordinatorSettled = "coordinator.settled"
    /// The coordinator's certificate was renewed.
    case coordinatorRenewed = "coordinator.renewed"
    /// The coordinator was given a new key.
    case coordinatorRotated = "coordinator.rotated"
    /// Settling found a VM that was made after the backup.
    case settlingUnknown = "settling.unknown"
    /// Settling found that no host has a VM of the backup.
    case settlingMissing = "settling.missing"
    /// Settling found a VM on another host than the backup says.
    case settlingElsewhere = "settling.elsewhere"
    /// A new authority is trusted beside the one before.
    case authorityRotationBegun = "authority.rotation-begun"
    /// The earlier authority ended.
    case authorityRotated = "authority.rotated"
    /// A certificate was revoked.
    case certificateRevoked = "certificate.revoked"
    /// A certificate of the list of revoked ones was found good in the database, and revoked.
    case certificateRevokedAgain = "certificate.revoked-again"
    /// A person was given a key and a certificate.
    case userCreated = "user.created"
    /// A person was given new ones, and those before were revoked.
    case userRenewed = "user.renewed"
    /// A person's certificate was revoked.
    case userRevoked = "user.revoked"
    /// A join token was made.
    case tokenCreated = "token.created"
    /// A join token for the place of a host of the fleet was made.
    case tokenRejoin = "token.rejoin"
    /// A join token was revoked.
    case tokenRevoked = "token.revoked"
    /// A caller was refused.
    case securityDenied = "security.denied"
    /// A caller with a revoked certificate was refused.
    case securityRevoked = "security.revoked"
    /// An attempt to join was refused.
    case securityJoin = "security.join"
  }

  /// The event's kind; nil for a kind of another release.
  package var knownKind: Kind? { Kind(rawValue: kind) }
}
