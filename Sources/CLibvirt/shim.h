#pragma once
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

// Only what Swift cannot say: casts between function pointer types, unions, fixed arrays, variadic
// calls, and a timed wait whose absolute time is nobody's business but the C library's.

// MARK: Typed parameters (a union and a char array; both come in awkwardly)

static inline const char *roost_parameter_name(const virTypedParameter *list, int index) {
  return list[index].field;
}

/// 1 if the parameter is an integer that is not negative; then `value` holds it.
static inline int roost_parameter_unsigned(
    const virTypedParameter *list, int index, unsigned long long *value) {
  const virTypedParameter *p = &list[index];
  switch (p->type) {
    case VIR_TYPED_PARAM_INT:
      if (p->value.i < 0) return 0;
      *value = (unsigned long long)p->value.i;
      return 1;
    case VIR_TYPED_PARAM_UINT:
      *value = p->value.ui;
      return 1;
    case VIR_TYPED_PARAM_LLONG:
      if (p->value.l < 0) return 0;
      *value = (unsigned long long)p->value.l;
      return 1;
    case VIR_TYPED_PARAM_ULLONG:
      *value = p->value.ul;
      return 1;
    default:
      return 0;
  }
}

/// The parameter's text, or NULL if it is not a text.
static inline const char *roost_parameter_text(const virTypedParameter *list, int index) {
  return list[index].type == VIR_TYPED_PARAM_STRING ? list[index].value.s : NULL;
}

// MARK: Fixed arrays

static inline const char *roost_node_model(const virNodeInfo *info) { return info->model; }

// MARK: Arrays of structures that own structures

static inline void roost_interfaces_free(virDomainInterfacePtr *list, int count) {
  for (int i = 0; i < count; i++) virDomainInterfaceFree(list[i]);
  free(list);
}

static inline void roost_leases_free(virNetworkDHCPLeasePtr *list, int count) {
  for (int i = 0; i < count; i++) virNetworkDHCPLeaseFree(list[i]);
  free(list);
}

// MARK: Events (each callback has a type of its own and is registered through a cast)

static inline int roost_on_domain_lifecycle(
    virConnectPtr connection, virConnectDomainEventCallback callback, void *opaque, virFreeCallback release) {
  return virConnectDomainEventRegisterAny(
      connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(callback), opaque, release);
}

static inline int roost_on_domain_reboot(
    virConnectPtr connection, virConnectDomainEventGenericCallback callback, void *opaque, virFreeCallback release) {
  return virConnectDomainEventRegisterAny(
      connection, NULL, VIR_DOMAIN_EVENT_ID_REBOOT, VIR_DOMAIN_EVENT_CALLBACK(callback), opaque, release);
}

static inline int roost_on_device_added(
    virConnectPtr connection, virConnectDomainEventDeviceAddedCallback callback, void *opaque,
    virFreeCallback release) {
  return virConnectDomainEventRegisterAny(
      connection, NULL, VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, VIR_DOMAIN_EVENT_CALLBACK(callback), opaque, release);
}

static inline int roost_on_device_removed(
    virConnectPtr connection, virConnectDomainEventDeviceRemovedCallback callback, void *opaque,
    virFreeCallback release) {
  return virConnectDomainEventRegisterAny(
      connection, NULL, VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, VIR_DOMAIN_EVENT_CALLBACK(callback), opaque, release);
}

static inline int roost_on_metadata_change(
    virConnectPtr connection, virConnectDomainEventMetadataChangeCallback callback, void *opaque,
    virFreeCallback release) {
  return virConnectDomainEventRegisterAny(
      connection, NULL, VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, VIR_DOMAIN_EVENT_CALLBACK(callback), opaque, release);
}

static inline int roost_on_network_lifecycle(
    virConnectPtr connection, virConnectNetworkEventLifecycleCallback callback, void *opaque,
    virFreeCallback release) {
  return virConnectNetworkEventRegisterAny(
      connection, NULL, VIR_NETWORK_EVENT_ID_LIFECYCLE, VIR_NETWORK_EVENT_CALLBACK(callback), opaque, release);
}

static inline int roost_on_pool_lifecycle(
    virConnectPtr connection, virConnectStoragePoolEventLifecycleCallback callback, void *opaque,
    virFreeCallback release) {
  return virConnectStoragePoolEventRegisterAny(
      connection, NULL, VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE, VIR_STORAGE_POOL_EVENT_CALLBACK(callback), opaque,
      release);
}

// MARK: Threads

/// Names the calling thread; Linux keeps 15 bytes.
static inline void roost_thread_name(const char *name) { prctl(PR_SET_NAME, name); }

/// Waits for the semaphore at most so many milliseconds; 1 if it was taken, 0 if the time ran out.
static inline int roost_semaphore_wait(sem_t *semaphore, long milliseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += milliseconds / 1000;
  until.tv_nsec += (milliseconds % 1000) * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_sec += 1;
    until.tv_nsec -= 1000000000L;
  }
  for (;;) {
    if (sem_clockwait(semaphore, CLOCK_MONOTONIC, &until) == 0) return 1;
    if (errno != EINTR) return 0;
  }
}
