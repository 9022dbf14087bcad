extension FleetEvent {
  /// The kinds of events. The comments are the table of roost-events(7).
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A VM was accepted: a host was chosen, and room and addresses were reserved.
    case vmPlaced = "vm.placed"
    /// The start of a VM was requested.
    case vmStart = "vm.start"
    /// The stop of a VM was requested.
    case vmStop = "vm.stop"
    /// The restart of a VM was requested.
    case vmRestart = "vm.restart"
    /// The pause of a VM was requested.
    case vmPause = "vm.pause"
    /// The resumption of a VM was requested.
    case vmResume = "vm.resume"
    /// The deletion of a VM was requested.
    case vmDelete = "vm.delete"
    /// A VM made with virsh became a managed one.
    case vmAdopt = "vm.adopt"
    /// The release of a managed VM was requested.
    case vmRelease = "vm.release"
    /// The recovery of a VM that virsh undefined was requested.
    case vmRecover = "vm.recover"
    /// A VM's row was removed without changing its host.
    case vmForgotten = "vm.forgotten"
    /// A VM's row was removed with its lost host.
    case vmLost = "vm.lost"
    /// A VM was found on another host, which is its home now.
    case vmMoved = "vm.moved"
    /// A VM was found on another host that has too little room for it; its home stays the same.
    case vmMoveRefused = "vm.move-refused"
    /// A host removed a VM after its deletion had failed here.
    case vmDeletedLate = "vm.deleted-late"
    /// A VM was restored from the mark in its domain.
    case vmRebuilt = "vm.rebuilt"
    /// A VM's requirements on hosts were changed.
    case vmConstraints = "vm.constraints"
    /// Another kind of VNC display was requested for a VM.
    case vmVNC = "vm.vnc"
    /// Two VMs run that must not run at the same time.
    case vmDoubleRun = "vm.double-run"
    /// An operation succeeded.
    case operationDone = "operation.done"
    /// An operation failed.
    case operationFailed = "operation.failed"
    /// An operation was cancelled.
    case operationCancelled = "operation.cancelled"
    /// A forced stop or restart superseded an operation that waited.
    case operationSuperseded = "operation.superseded"
    /// Several VMs have one MAC address.
    case macConflict = "mac.conflict"
    /// An operator accepted that several VMs share a MAC address.
    case macAccepted = "mac.accepted"
    /// The owners of an accepted shared MAC address have changed.
    case macAcceptanceEnded = "mac.acceptance-ended"
    /// A VM was given another MAC address to end a conflict.
    case macReplaced = "mac.replaced"
    /// A VM's link was taken down to end a conflict.
    case macLinkDown = "mac.link-down"
    /// MAC addresses were reserved for devices outside the fleet.
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
    /// A guest was started past Roost with an address that another VM runs with.
    case startWarned = "start.warned"
    /// A start with an address that another VM runs with was refused.
    case startRefused = "start.refused"
    /// The policy for starts past Roost was changed.
    case policyChanged = "policy.changed"
    /// The policy or the rules for placements were changed.
    case policyPlacement = "policy.placement"
    /// The kind of VNC display of new VMs was changed.
    case policyVNC = "policy.vnc"
    /// The start of a libvirt network was requested.
    case networkStart = "network.start"
    /// The stop of a libvirt network was requested.
    case networkStop = "network.stop"
    /// An image was added to the library.
    case imageAdded = "image.added"
    /// An image was removed from the library.
    case imageDeleted = "image.deleted"
    /// Files of the library that no image needs were removed.
    case imageOrphansRemoved = "image.orphans-removed"
    /// A host joined the fleet.
    case hostJoined = "host.joined"
    /// A machine replaced a host of the fleet.
    case hostRejoined = "host.rejoined"
    /// A host's agent connected.
    case hostConnected = "host.connected"
    /// A host's agent disconnected; its guests keep running.
    case hostDisconnected = "host.disconnected"
    /// A host's libvirt answers again.
    case hostLibvirtUp = "host.libvirt-up"
    /// A host's libvirt does not answer.
    case hostLibvirtDown = "host.libvirt-down"
    /// A host's libvirt answers some calls and blocks or fails others.
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
    /// A host that will not come back was removed with its VMs.
    case hostLost = "host.lost"
    /// A host was revoked.
    case hostRevoked = "host.revoked"
    /// A host's claims about VMs are ignored from now on.
    case hostDisregarded = "host.disregarded"
    /// A host's claims about VMs count again.
    case hostRegarded = "host.regarded"
    /// A second machine connected with the identity of a connected host.
    case hostIdentityConflict = "host.identity-conflict"
    /// A host exceeded its quota and was disconnected.
    case hostOverQuota = "host.over-quota"
    /// A host reports, without proof, higher numbers than the database has.
    case hostUnproven = "host.unproven"
    /// An administrator accepted such a host's numbers.
    case hostBelieved = "host.believed"
    /// A host reported after settling was ended without it.
    case hostLate = "host.late"
    /// The coordinator started.
    case coordinatorStarted = "coordinator.started"
    /// The database was replaced with a backup.
    case coordinatorRestored = "coordinator.restored"
    /// A lost database was rebuilt.
    case coordinatorRebuilt = "coordinator.rebuilt"
    /// The database is older than the fleet; the coordinator hands nothing out yet.
    case coordinatorSettling = "coordinator.settling"
    /// Settling ended.
    case coordinatorSettled = "coordinator.settled"
    /// The coordinator's certificate was renewed.
    case coordinatorRenewed = "coordinator.renewed"
    /// The coordinator got a new key.
    case coordinatorRotated = "coordinator.rotated"
    /// Settling found a VM that was created after the backup.
    case settlingUnknown = "settling.unknown"
    /// Settling found that no host has a VM of the backup.
    case settlingMissing = "settling.missing"
    /// Settling found a VM on another host than the backup says.
    case settlingElsewhere = "settling.elsewhere"
    /// A new authority is trusted beside the present one.
    case authorityRotationBegun = "authority.rotation-begun"
    /// The trust in the earlier authority ended.
    case authorityRotated = "authority.rotated"
    /// A certificate was revoked.
    case certificateRevoked = "certificate.revoked"
    /// A certificate on the revocation list was valid in the database, and was revoked there.
    case certificateRevokedAgain = "certificate.revoked-again"
    /// A user got a key and a certificate.
    case userCreated = "user.created"
    /// A user got a new key and certificate, and the earlier ones were revoked.
    case userRenewed = "user.renewed"
    /// A user's certificate was revoked.
    case userRevoked = "user.revoked"
    /// A join token was made.
    case tokenCreated = "token.created"
    /// A join token that replaces a host of the fleet was made.
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
