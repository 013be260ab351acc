#!/bin/bash
# Starts a SLURM cluster of this one machine, to test the launcher with: Debian's slurm-wlm and munge, as root.
# Prints the line that tells SLURM's commands where it is.
set -euo pipefail
folder=${1:-/tmp/profit-slurm}
mkdir -p "$folder"/{state,spool,log}
host=$(hostname -s)
cores=$(nproc)

if ! pgrep -x munged > /dev/null; then
  mkdir -p /run/munge && chown munge: /run/munge
  runuser -u munge -- munged
fi
cat > "$folder/slurm.conf" <<END
ClusterName=profit
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SlurmUser=root
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ReturnToService=2
SchedulerParameters=sched_interval=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES:8
END
export SLURM_CONF="$folder/slurm.conf"
pgrep -x slurmctld > /dev/null || slurmctld
pgrep -x slurmd > /dev/null || slurmd -N "$host"
for _ in $(seq 30); do
  sinfo --noheader --format=%T 2> /dev/null | grep -qE 'idle|mixed|alloc' && break
  sleep 1
done
sinfo
echo "export SLURM_CONF=$SLURM_CONF"
