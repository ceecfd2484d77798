select 'R|' || n.nspname || '.' || c.relname || '|' || c.relkind::text || '|' || c.relpersistence::text
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'other') and c.relkind in ('r', 'p', 'S', 'v', 'm', 'f');
select 'C|' || n.nspname || '.' || c.relname || '|' || row_number() over (partition by c.oid order by a.attnum) || '|' ||
       a.attname || '|' || format_type(a.atttypid, a.atttypmod) || '|' || a.attnotnull || '|' ||
       (a.atthasdef and a.attgenerated = '') || '|' || (a.attidentity <> '') || '|' || (a.attgenerated <> '') || '|' ||
       (a.attinhcount > 0) || '|' || a.attislocal
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'other') and c.relkind in ('r', 'p', 'm') and a.attnum > 0 and not a.attisdropped;
select 'V|' || n.nspname || '.' || c.relname || '|' || a.attname
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'other') and c.relkind = 'v' and a.attnum > 0;
select 'I|' || n.nspname || '.' || c.relname || '|' || t.relname || '|' || i.indisunique || '|' || i.indisvalid || '|' ||
       am.amname || '|' || (i.indpred is not null) || '|' ||
       coalesce((select p.relname from pg_inherits h join pg_class p on p.oid = h.inhparent where h.inhrelid = c.oid), '') || '|' ||
       (select string_agg(a.attname || case when a.attnum <= i.indnkeyatts and i.indoption[a.attnum - 1] & 1 = 1 then ' desc' else '' end
               || case when a.attnum > i.indnkeyatts then ' include' else '' end, ',' order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace join pg_am am on am.oid = c.relam
where n.nspname in ('public', 'other');
select 'K|' || n.nspname || '.' || coalesce(c.relname, '') || '|' || k.conname || '|' || k.contype::text || '|' || k.convalidated || '|' ||
       case when k.contype = 'x' then '' else coalesce((select string_agg(a.attname, ',' order by case when k.contype = 'c' then a.attnum else u.i end)
                 from unnest(k.conkey) with ordinality u(n, i)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = u.n), '') end || '|' ||
       coalesce(r.relname, '') || '|' ||
       coalesce((select string_agg(a.attname, ',' order by u.i) from unnest(k.confkey) with ordinality u(n, i)
                 join pg_attribute a on a.attrelid = r.oid and a.attnum = u.n), '') || '|' ||
       k.condeferrable || '|' || (k.coninhcount > 0) || '|' || k.conislocal
from pg_constraint k join pg_namespace n on n.oid = k.connamespace join pg_class c on c.oid = k.conrelid
  left join pg_class r on r.oid = k.confrelid
where n.nspname in ('public', 'other') and k.contype in ('c', 'p', 'u', 'f', 'x')
  and not (k.contype = 'f' and k.conparentid <> 0 and exists
           (select 1 from pg_constraint p where p.oid = k.conparentid and p.conrelid = k.conrelid));
select 'S|' || n.nspname || '.' || s.relname || '|' || coalesce(t.relname || '.' || a.attname, '')
from pg_class s join pg_namespace n on n.oid = s.relnamespace
  left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i') and d.refobjsubid > 0
  left join pg_class t on t.oid = d.refobjid left join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where s.relkind = 'S' and n.nspname in ('public', 'other');
select 'H|' || c.relname || '|' || p.relname || '|' || c.relispartition
from pg_inherits h join pg_class c on c.oid = h.inhrelid join pg_class p on p.oid = h.inhparent where c.relkind in ('r', 'p');
select 'T|' || n.nspname || '.' || t.typname || '|' || t.typtype::text || '|' || t.typnotnull || '|' ||
       case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) else '' end || '|' ||
       coalesce((select string_agg(enumlabel, ',' order by enumlabel) from pg_enum where enumtypid = t.oid), '') || '|' ||
       coalesce((select string_agg(conname, ',' order by conname) from pg_constraint where contypid = t.oid and contype = 'c'), '')
from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
where n.nspname in ('public', 'other') and (t.typtype in ('d', 'e') or c.relkind = 'c')
  and not exists (select 1 from pg_depend d where d.objid = t.oid and d.deptype = 'e');
select 'G|' || c.relname || '|' || t.tgname || '|' || t.tgenabled::text
from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgconstraint = 0;
